// Network errors in product words: one code and one sentence per kind, never a path, a query or a header value.
import { Problem, Upstream, type CallTrace } from '#server/platform/problem.ts'

/** A failure the guard itself brings about: a deadline, a limit, an abort, an address that was not judged. */
export class GuardStop extends Error {
  override readonly name = 'GuardStop'
  readonly code: string
  constructor(code: string, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.code = code
  }
}

/** The stop for a call whose caller no longer wants it. */
export function aborted(signal: AbortSignal | undefined): GuardStop {
  return new GuardStop('aborted', 'is no longer waited for: the call was aborted.', signal?.reason)
}

export const CONNECT_TIMEOUT = ['connect-timeout', 'did not accept a connection in time.'] as const
const REFUSED = ['connect-refused', 'refused the connection. Is it running, and is the port right?'] as const
const UNREACHABLE = ['unreachable', 'cannot be reached over the network.'] as const
const RESET = ['reset', 'cut the connection before its answer was complete.'] as const
const TIMEOUT = ['timeout', 'did not answer in time.'] as const

const SENTENCES: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  ECONNREFUSED: REFUSED,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: RESET,
  ETIMEDOUT: CONNECT_TIMEOUT,
  UND_ERR_CONNECT_TIMEOUT: CONNECT_TIMEOUT,
  UND_ERR_HEADERS_TIMEOUT: TIMEOUT,
  UND_ERR_BODY_TIMEOUT: TIMEOUT,
  UND_ERR_HEADERS_OVERFLOW: ['headers-too-large', 'sent more headers than are accepted.'],
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'sent more headers than are accepted.'],
  ERR_BUFFER_TOO_LARGE: ['too-large', 'sent a larger answer than is accepted.'],
  UND_ERR_CLOSED: ['aborted', 'was given up: Lockkeeper is closing its connections.'],
  UND_ERR_DESTROYED: ['aborted', 'was given up: Lockkeeper is closing its connections.'],
}

const TLS =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

/** What a certificate was refused for, by the codes of OpenSSL (openssl-verification-options(1)) and Node. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it does not send the certificates between its own and a known authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/**
 * Turns whatever a request failed with into an Upstream about `host`, or a Problem where the request itself could not be
 * sent. `call`: how far it came.
 */
export function failure(host: string, error: unknown, call?: CallTrace): Error {
  if (error instanceof Problem || error instanceof Upstream) return error
  if (error instanceof GuardStop)
    return new Upstream(host, error.code, `${host} ${error.message}`, { cause: error.cause, call })
  const code = codeOf(error)
  if (
    code === 'UND_ERR_INVALID_ARG' ||
    code === 'UND_ERR_NOT_SUPPORTED' ||
    code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
  ) {
    return new Problem(
      422,
      'egress-request',
      `The request to ${host} has a method, header or body that HTTP cannot carry.`,
    )
  }
  const known = SENTENCES[code]
  if (known !== undefined) return new Upstream(host, known[0], `${host} ${known[1]}`, { cause: error, call })
  if (TLS.test(code)) {
    const why = CERTIFICATE[code]
    const sentence =
      why === undefined
        ? `${host} could not prove who it is over TLS (${code}).`
        : `${host} could not prove who it is over TLS: ${why} (${code}). Nothing was sent to it.`
    return new Upstream(host, 'tls-failed', sentence, { cause: error, call })
  }
  if (code.startsWith('HPE_') || code === 'HTTPParserError') {
    // The parser's error carries the bytes it stumbled over, so it is not passed on as the cause.
    return new Upstream(host, 'bad-response', `${host} sent an answer that is no valid HTTP.`, { cause: code, call })
  }
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_') || code.startsWith('ERR_BROTLI')) {
    return new Upstream(host, 'bad-encoding', `${host} sent a compressed answer that cannot be unpacked.`, {
      cause: error,
      call,
    })
  }
  return new Upstream(host, 'failed', `The call to ${host} failed (${code}).`, { cause: error, call })
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown error'
}
