import { newId } from '#server/platform/ids.ts'
import { insertSkipped } from '../run-store.ts'
import { write, type Sync } from './context.ts'

/** So many and such a share at once is more likely a mistake than a clean-up: nothing is hidden. */
const BRAKE_COUNT = 20
const BRAKE_SHARE = 0.2

export function isBraked(gone: number, all: number): boolean {
  return gone >= BRAKE_COUNT && gone >= all * BRAKE_SHARE
}

/** Lists a space whose documents stay as they are, with the reason. */
export async function noteFrozen(
  sync: Sync,
  space: { externalId: string; key: string; name: string },
  why: string,
): Promise<void> {
  sync.app.log.warn({ integration: sync.integrationId, run: sync.runId, space: space.key }, 'a space was left alone')
  const reason = `${why.replace(/\.$/, '')}. Nothing was removed. Check the account’s access to the space.`
  await write(sync, (tx) =>
    insertSkipped(tx, [
      {
        id: newId(),
        run_id: sync.runId,
        external_id: space.externalId,
        type: 'space',
        title: space.name,
        space_key: space.key,
        reason,
      },
    ]),
  )
}
