// Adds up the reports that the test runners leave in test-results/ and prints the plain closing line.
import { existsSync, readFileSync } from 'node:fs'

function read(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../test-results/${name}`, import.meta.url), 'utf8'))
  } catch {
    console.error(`There is no test-results/${name}: that part did not run to its end.`)
    process.exitCode = 1
    return undefined
  }
}

const unit = read('unit.json')
const installed = existsSync(new URL('../test-results/installed.json', import.meta.url))
  ? read('installed.json')
  : undefined
const browser = read('browser.json')?.stats
const passed = (unit?.numPassedTests ?? 0) + (installed?.numPassedTests ?? 0) + (browser?.expected ?? 0)
const failed =
  (unit?.numFailedTests ?? 0) + (installed?.numFailedTests ?? 0) + (browser?.unexpected ?? 0) + (browser?.flaky ?? 0)
const skipped = (unit?.numPendingTests ?? 0) + (installed?.numPendingTests ?? 0) + (browser?.skipped ?? 0)
if (passed === 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
