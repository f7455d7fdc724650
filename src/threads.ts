import { availableParallelism } from 'node:os';

// Must come before anything else is imported: libuv reads it when its first thread is needed. The threads hash
// passwords, and hashes that take turns on a core crowd each other out of its cache: with one thread a core a third
// more of them are done.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism());
