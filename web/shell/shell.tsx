import { Anchor, AppShell, Burger, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { meQuery } from '../api/access.ts'
import { Bell } from '../notifications/bell.tsx'
import { Announcer } from '../ui/announcer.tsx'
import { Logo } from '../ui/logo.tsx'
import { AccountMenu } from './account-menu.tsx'
import { ImportNotice } from './import-notice.tsx'
import { Navigation } from './navigation.tsx'
import { SearchBox } from './search-box.tsx'
import classes from './shell.module.css'

/** The frame of every signed-in page: header with search, navigation, content. */
export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { pathname } = useLocation()
  const [opened, { toggle, close }] = useDisclosure()
  const main = useRef<HTMLElement>(null)
  const burger = useRef<HTMLButtonElement>(null)

  // A route change that removed the focused element or folded it away would leave keyboard users nowhere.
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    close()
    if (opened || document.activeElement === document.body) main.current?.focus({ preventScroll: true })
  }, [pathname, opened, close])

  function leaveNavigation(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !opened) return
    close()
    burger.current?.focus()
  }

  if (me === null) return null
  const isAdmin = me.user.role === 'admin'
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <Anchor href="#main" className={classes.skip}>
        Skip to content
      </Anchor>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="sm" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap">
            <Burger
              ref={burger}
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={opened}
              aria-controls="navigation"
            />
            <Link to="/spaces" className={classes.brand} aria-label="Lockkeeper, to the spaces">
              <Logo />
              <Text component="span" fw={700} visibleFrom="sm">
                Lockkeeper
              </Text>
            </Link>
          </Group>
          <SearchBox />
          <Group gap={4} wrap="nowrap">
            <Bell />
            <AccountMenu me={me} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        id="navigation"
        p="sm"
        aria-label="Main"
        className={classes.navbar}
        data-opened={opened || undefined}
        onKeyDown={leaveNavigation}
      >
        <Navigation isAdmin={isAdmin} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <div className={classes.page}>
          {isAdmin && /^\/(spaces|search)/.test(pathname) && <ImportNotice />}
          <Outlet />
        </div>
      </AppShell.Main>
      <Announcer />
    </AppShell>
  )
}
