/** The mark: a keyhole over water. Decorative; the word beside it carries the name. */
export function Logo({ size = 30 }: { size?: number }) {
  return <img src="/logo.svg" width={size} height={size} alt="" />
}
