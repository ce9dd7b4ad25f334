import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

type SectionProps = { title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }

/** A part of the form with its heading. */
export function Section({ title, lead, action, children }: SectionProps) {
  const heading = useId()
  return (
    <Card component="section" withBorder radius="lg" padding="md" aria-labelledby={heading} className={classes.section}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2} size="h4" id={heading}>
              {title}
            </Title>
            {lead !== undefined && (
              <Text size="sm" c="dimmed">
                {lead}
              </Text>
            )}
          </div>
          {action !== undefined && <div className={classes.action}>{action}</div>}
        </Group>
        {children}
      </Stack>
    </Card>
  )
}
