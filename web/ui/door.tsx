import { Card, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from './logo.tsx'
import classes from './door.module.css'

/** The frame of the pages before sign-in. */
export function Door({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <div className={classes.door}>
      <title>{`${title} · Lockkeeper`}</title>
      <main className={classes.card}>
        <Group gap="sm" justify="center" mb="lg">
          <Logo size={42} />
          <Text fw={750} fz={24}>
            Lockkeeper
          </Text>
        </Group>
        <Card withBorder radius="lg" padding="xl" shadow="sm">
          <Stack gap="lg">
            <Stack gap={4}>
              <Title order={1} fz={22}>
                {title}
              </Title>
              <Text c="dimmed">{lead}</Text>
            </Stack>
            {children}
          </Stack>
        </Card>
      </main>
      <svg className={classes.waves} viewBox="0 0 1200 90" preserveAspectRatio="none" aria-hidden="true">
        <path
          d="M0 30c100 0 100-18 200-18s100 18 200 18 100-18 200-18 100 18 200 18 100-18 200-18 100 18 200 18v60H0Z"
          fill="currentColor"
          opacity="0.45"
        />
        <path
          d="M0 56c120 0 120-16 240-16s120 16 240 16 120-16 240-16 120 16 240 16 120-16 240-16v50H0Z"
          fill="currentColor"
          opacity="0.6"
        />
      </svg>
    </div>
  )
}
