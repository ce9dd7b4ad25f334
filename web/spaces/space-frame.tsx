import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Outlet, getRouteApi, useLocation } from '@tanstack/react-router'
import { IconListTree } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { spaceQuery } from '../api/content.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Tree } from './tree.tsx'
import classes from './space-frame.module.css'

const route = getRouteApi('/signed-in/spaces/$key')

/** A space: its tree beside whatever is open in it. On narrow screens the tree folds away. */
export function SpaceFrame() {
  const { key } = route.useParams()
  const space = useQuery(spaceQuery(key))
  const { pathname } = useLocation()
  const [opened, { toggle, close }] = useDisclosure()

  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    close()
  }, [pathname, close])

  return (
    <Loaded query={space}>
      {(loaded) => (
        <div className={classes.frame}>
          <nav className={classes.side} aria-label={`Pages of ${loaded.name}`}>
            <div className={classes.title}>
              <TextLink to="/spaces" size="sm">
                ‹ Spaces
              </TextLink>
              <TextLink to="/spaces/$key" params={{ key }} fw={650} c="inherit">
                {loaded.name}
              </TextLink>
              <Text size="xs" c="dimmed">
                {loaded.key}
              </Text>
            </div>
            <Button
              className={classes.toggle}
              variant="default"
              size="xs"
              leftSection={<IconListTree size={16} aria-hidden />}
              onClick={toggle}
              aria-expanded={opened}
              aria-controls="tree"
            >
              {opened ? 'Hide pages' : 'Show pages'}
            </Button>
            <div id="tree" className={classes.tree} data-opened={opened || undefined}>
              <Tree space={loaded} />
            </div>
          </nav>
          <div className={classes.content}>
            <Outlet />
          </div>
        </div>
      )}
    </Loaded>
  )
}
