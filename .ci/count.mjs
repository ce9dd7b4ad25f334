// Adds up the reports that the test runners leave in test-results/ and prints the plain closing line.
import { readFileSync } from 'node:fs'

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
const browser = read('browser.json')?.stats
const passed = (unit?.numPassedTests ?? 0) + (browser?.expected ?? 0)
const failed = (unit?.numFailedTests ?? 0) + (browser?.unexpected ?? 0) + (browser?.flaky ?? 0)
const skipped = (unit?.numPendingTests ?? 0) + (browser?.skipped ?? 0)
if (passed === 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
