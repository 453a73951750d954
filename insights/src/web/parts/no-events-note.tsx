/** Shown in place of the result while the warehouse holds no events at all. */
const FIRST_EVENT = `curl -X POST "$DATALOAF_ENDPOINT/v1/events" \\
  -H "Authorization: Bearer $DATALOAF_SERVER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"events":[{"event_name":"signed_up","user_id":"ada"}]}'`;

export function NoEventsNote() {
  return (
    <div class="card note">
      <h2>No events yet</h2>
      <p>
        Send your first event. Replace the variables with the API address and the server key that{' '}
        <code>npm run local</code> prints:
      </p>
      <pre>
        <code>{FIRST_EVENT}</code>
      </pre>
      <p>It appears here automatically after the next load. A load runs every three minutes.</p>
    </div>
  );
}
