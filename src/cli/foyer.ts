import { foyer } from './program.js';

/* `npm run foyer -- …`. What was done in part has set the exit code itself. */
const code = await foyer(process.argv.slice(2));
if (code > 0) process.exitCode = code;
