import { html, json, Refusal, type Answer } from '../answer.ts'

/* How a Data Center says no: JSON from the API itself, HTML from the server that it runs in. */

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
}

export function dcError(status: number, message: string, authorized = status !== 403 && status !== 404): Answer {
  const data = { authorized, valid: true, allowedInReadOnlyMode: true, errors: [], successful: false }
  return json(status, { statusCode: status, data, message, reason: reasons[status] ?? 'Error' })
}

/** Also what the caller may not see is "not found". */
export function notFound(what: string): Refusal {
  return new Refusal(dcError(404, what))
}

export function contentNotFound(id: string): Refusal {
  return notFound(`No content found with id: ContentId{id=${id}}`)
}

export function invalid(message: string): Refusal {
  return new Refusal(dcError(400, message))
}

export function forbidden(message: string): Refusal {
  return new Refusal(dcError(403, message))
}

/** An error page of the server below: what a wrong password or a path outside the API gets. */
export function serverPage(status: number, message: string): Answer {
  const title = `HTTP Status ${status} – ${reasons[status] ?? 'Error'}`
  return html(
    status,
    `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><hr class="line" /><p><b>Type</b> Status Report</p><p><b>Message</b> ${message}</p><hr class="line" /><h3>Apache Tomcat/9.0.82</h3></body></html>`,
  )
}
