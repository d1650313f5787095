/** Asks for files (natively with a window, else with the browser's dialog) and imports them into the current project. */
export function chooseFiles(): void {
  // features/imports
}
