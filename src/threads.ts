import { availableParallelism } from 'node:os';

// Must come before anything else is imported: libuv reads it when its first thread is needed. The threads hash
// passwords, and hashes that take turns on a core crowd each other out of its cache: with one thread a core a third
// more of them are done. What else needs a thread, such as the name and the password of a new connection to PostgreSQL,
// waits for no more than two hashes; a costly one never has the last thread, of which there are two on a single core.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()));
