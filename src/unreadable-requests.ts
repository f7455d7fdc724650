import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { messageResponse } from './emporix/error-responses.js';

const malformed = messageResponse(400, 'bad_request', 'The request is not valid HTTP.');

/** The other responses, by the code of Node's error. */
const responses = new Map([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    messageResponse(408, 'request_timeout', 'The request was not complete within the time limit.'),
  ],
  [
    'HPE_HEADER_OVERFLOW',
    messageResponse(
      431,
      'payload_too_large',
      'The URL and the headers together must not be larger than 16 KB, and there must be at most 100 headers.',
    ),
  ],
]);

/**
 * Rejects a request that Node cannot parse, and closes the connection. The request has no route that could select an
 * API, so the error has the form of the Emporix API.
 */
export function rejectUnreadable(error: Error & { code?: string }, socket: Socket): void {
  // The client has closed the connection.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, body } = responses.get(error.code ?? '') ?? malformed;
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
  socket.destroy(error);
}
