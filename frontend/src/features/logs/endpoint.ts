/** A piece of a path; a parameter is what the endpoint's template has in braces. */
export interface PathPart {
  text: string;
  parameter: boolean;
}

/** Splits a path by its endpoint's template: fixed parts are quiet in the list, parameters are what one looks for. */
export function pathParts(path: string, endpoint: string | undefined): PathPart[] {
  const template = endpoint?.slice(endpoint.indexOf(' ') + 1).split('/') ?? [];
  const segments = path.split('/');
  if (template.length !== segments.length) return [{ text: path, parameter: false }];
  const parts: PathPart[] = [];
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] ?? '';
    const parameter = /^\{.*\}$/.test(template[i] ?? '');
    const slash = i > 0 ? '/' : '';
    const before = parts.at(-1);
    if (!parameter && before && !before.parameter) before.text += slash + segment;
    else if (parameter) {
      if (before && !before.parameter) before.text += slash;
      else if (slash) parts.push({ text: slash, parameter: false });
      parts.push({ text: segment, parameter: true });
    } else parts.push({ text: slash + segment, parameter: false });
  }
  return parts;
}

/** An endpoint in few letters: `POST …/redemption`. The method and the end say the most. */
export function shortEndpoint(endpoint: string, letters: number): string {
  if (endpoint.length <= letters) return endpoint;
  const space = endpoint.indexOf(' ');
  const method = space > 0 ? endpoint.slice(0, space + 1) : '';
  const segments = endpoint.slice(space + 1).split('/');
  let tail = segments.pop() ?? '';
  for (let next = segments.pop(); next; next = segments.pop()) {
    if (method.length + 2 + next.length + 1 + tail.length > letters) break;
    tail = `${next}/${tail}`;
  }
  return `${method}…/${tail}`;
}
