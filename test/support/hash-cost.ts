import { argon2Cost } from '../../src/passwords/formats/argon2.js';

/* Runs before each test file. Passwords are hashed at the lowest cost, unless the file tests the cost itself. */

const ABOUT_THE_COST = ['src/passwords/', 'test/hash-flood.', 'test/password-migration.'];

const real = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const lowest = { memoryCost: 8, timeCost: 1, parallelism: 1 };

const { testPath = '' } = expect.getState();
Object.assign(argon2Cost, ABOUT_THE_COST.some((file) => testPath.includes(file)) ? real : lowest);
