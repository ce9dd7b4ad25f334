import type { App } from './app.ts'
import type { Handlers } from './jobs/jobs.ts'

/** Which function does which job. */
export function handlersOf(app: App): Handlers {
  void app
  return {}
}
