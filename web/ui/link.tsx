import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type AnchorElement = Omit<ComponentPropsWithRef<'a'>, 'color' | 'style'>

/** A text link to a route. */
export const TextLink = createLink((props: AnchorProps & AnchorElement) => <Anchor {...props} />)

/** A button that leads to a route. */
export const ButtonLink = createLink((props: ButtonProps & AnchorElement) => <Button component="a" {...props} />)

/** An entry of a navigation list. */
export const NavEntry = createLink((props: NavLinkProps & Omit<AnchorElement, 'onChange'>) => (
  <NavLink component="a" {...props} />
))
