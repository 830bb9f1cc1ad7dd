// Tabler Icons (MIT) that the pages draw; "-filled" takes the filled drawing.
const page = (
  "alert-triangle bell bell-filled check chevron-left chevron-right circle-check circle-check-filled clock edit flag " +
  "help-circle info-circle language login logout mail message-2 message-circle plus rosette-discount-check " +
  "rosette-discount-check-filled search settings thumb-up thumb-up-filled trash user-circle users users-group world x"
).split(" ");
// Topics may carry any of these; the administrator chooses from the same list (Web/Parts/Icons.cs).
const topics = (
  "alert-triangle arrows-exchange ball-football bike briefcase building bulb bus coin-euro confetti droplet elevator " +
  "hammer heart heart-handshake home id key language message-2 parking paw plant receipt recycle school search " +
  "shield shopping-bag speakerphone tool traffic-cone trees trending-up truck users"
).split(" ");
export const iconNames = [...new Set([...page, ...topics])].sort();
