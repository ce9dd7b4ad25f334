import { useEffect, useRef } from 'react'

/** Tells whether its component is still shown: who has left meanwhile is not led anywhere. */
export function useIsHere(): () => boolean {
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  return () => here.current
}
