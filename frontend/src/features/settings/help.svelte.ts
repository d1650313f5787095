/** Whether the list of keys is shown: `?` anywhere, and the footer's last entry. */
class Help {
  open = $state(false);
}

export const help = new Help();
