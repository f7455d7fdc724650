/** A response of the API that is not 2xx, or no response at all (status 0). */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The errors, by the dotted path of the field. */
    readonly fields: Record<string, string> = {},
  ) {
    super(message);
  }

  /** Reads every form of error of the API. */
  static of(body: unknown, status: number): ApiFailure {
    if (typeof body !== 'object' || body === null) return new ApiFailure(status, '');
    const { message, fault, details } = body as {
      message?: string;
      fault?: { faultstring?: string };
      details?: (string | { field?: string; message: string })[];
    };
    const named = (details ?? []).map((detail) => (typeof detail === 'string' ? { message: detail } : detail));
    const fields = Object.fromEntries(named.flatMap(({ field, message }) => (field ? [[field, message]] : [])));
    const rest = named.filter(({ field }) => !field).map((detail) => detail.message);
    return new ApiFailure(status, [message ?? fault?.faultstring ?? '', ...rest].filter(Boolean).join(' '), fields);
  }
}

/** Returns an `ApiFailure` unchanged, and converts any other error to one with the status 0: there was no response. */
export function toFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure(0, String(error));
}
