import { api, projectPath, send } from './api';

/*
 * Ways to get a file out. A browser follows a link that is valid once (an export may be larger than its memory); a
 * small file is fetched with the token and handed over as a blob. In the window the machine's own dialog asks for the
 * place, and the server copies.
 */

/** What the window is asked to save. */
type Saved = { export: string } | { task: string };

/** Asks for a place and copies there. Answers the path, or an empty text when the person closed the dialog. */
export async function saveInWindow(project: string, name: string, what: Saved): Promise<string> {
  const answer = await api.post<{ path: string }>('/api/desktop/save-file', { name, project, ...what });
  return answer.path;
}

/** Lets the browser download a finished export. */
export async function downloadExport(project: string, id: string): Promise<void> {
  const path = projectPath(project, `/exports/${encodeURIComponent(id)}/ticket`);
  const ticket = await api.post<{ url: string }>(path);
  follow(ticket.url, '');
}

/** Fetches a file with the page's token and hands it over. */
export async function downloadFile(path: string, name: string): Promise<void> {
  const answer = await send('GET', path);
  const url = URL.createObjectURL(await answer.blob());
  follow(url, name);
  // The browser has taken it over once this turn of events is done; a second is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function follow(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
