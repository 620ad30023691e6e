export function UpcomingPage() {
  return null;
}
