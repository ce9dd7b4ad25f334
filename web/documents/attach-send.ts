import { Attachment } from '#schema/document-parts.ts'
import { ProblemDetails } from '#schema/common.ts'
import { ApiProblem, apiPath } from '../api/client.ts'

type Watch = { signal: AbortSignal; onProgress: (part: number) => void }

/**
 * Attaches one file to a document. `onProgress`: which part of it has left the browser, 0 to 1. Rejects with an ApiProblem,
 * or with the signal's reason once it was stopped. XMLHttpRequest, because fetch does not tell how much was sent.
 */
export function sendFile(documentId: string, file: File, comment: string, watch: Watch): Promise<Attachment> {
  const { signal, onProgress } = watch
  const form = new FormData()
  form.set('comment', comment)
  form.set('file', file)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let hasLeft = false
    request.open('POST', apiPath(`/documents/${encodeURIComponent(documentId)}/attachments`))
    request.setRequestHeader('accept', 'application/json')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
    request.upload.addEventListener('load', () => {
      hasLeft = true
      onProgress(1)
    })
    request.addEventListener('load', () => {
      const answer = parse(request.responseText)
      const attached = Attachment.safeParse(answer)
      if (attached.success) resolve(attached.data)
      else reject(problemOf(request.status, answer))
    })
    request.addEventListener('error', () => reject(noAnswer(hasLeft)))
    request.addEventListener('abort', () => reject(signal.reason))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}

function problemOf(status: number, answer: unknown): ApiProblem {
  const problem = ProblemDetails.safeParse(answer)
  if (problem.success) return new ApiProblem(problem.data)
  const detail = `Lockkeeper answered with status ${status} and no explanation. Its log says more.`
  return new ApiProblem({ type: 'about:blank', title: 'Unexpected answer', status, code: 'unexpected-answer', detail })
}

/** `hasLeft`: all of it was sent, so that it may have arrived. */
function noAnswer(hasLeft: boolean): ApiProblem {
  const detail = hasLeft
    ? 'The connection was lost before the answer came: it may have arrived. Look whether it is listed below before you try again.'
    : 'It could not be sent. Check that the file is still where it was and that you are online, then try again.'
  return new ApiProblem({ type: 'about:blank', title: 'No answer', status: 0, code: 'no-answer', detail })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
