import { foyer } from './program.js';

/* Started by `npm run foyer -- …`. A command that partly failed has set the exit code itself. */
const code = await foyer(process.argv.slice(2));
if (code > 0) process.exitCode = code;
