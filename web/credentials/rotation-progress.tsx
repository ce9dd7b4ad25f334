import { Progress, Stack, Text } from '@mantine/core'
import type { ScopeKey } from '#schema/credential.ts'
import { formatNumber } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'

/** How far a rotation has come; nothing when none is under way. */
export function RotationProgress({ tokenKey: { rotation } }: { tokenKey: ScopeKey }) {
  if (rotation === null) return null
  const { done, total, startedAt } = rotation
  return (
    <Stack gap={6}>
      <Text size="sm">
        Rotating: {formatNumber(done)} of {formatNumber(total)} secrets sealed anew, begun <Moment time={startedAt} />.
      </Text>
      <Progress size="sm" value={total === 0 ? 100 : (done / total) * 100} aria-label="Rotation" />
    </Stack>
  )
}
