using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Calendly: <c>Calendly-Webhook-Signature: t=…,v1=…</c>, HMAC-SHA256 in hexadecimal over time and body. There is no event id.</summary>
public sealed class CalendlySimulator : IProviderSimulator
{
    private const string Api = "https://api.calendly.com";

    private static readonly string[] Kinds = ["Introduction, 30 minutes", "Product tour", "Support call"];

    public string Provider => "calendly";

    public Proof Proof { get; } = Proof.Header("Calendly-Webhook-Signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("invitee.created", "MeetingScheduled", "A meeting was booked"),
        new("invitee.canceled", "MeetingCancelled", "A meeting was cancelled") { Follows = "invitee.created" },
        new("routing_form_submission.created", "FormSubmitted", "A routing form was submitted"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.UpperId("", 16);
        var payload = eventType switch
        {
            "invitee.created" => Booked(context),
            "invitee.canceled" => Cancelled(context),
            "routing_form_submission.created" => Submitted(context, id),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            { "created_at": "{{Text.Microseconds(context.Now)}}", "created_by": "{{Api}}/users/ACMELABSACMELABS", "event": "{{eventType}}", "payload": {{payload}} }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var time = Text.Number(context.Now.ToUnixTimeSeconds());
        return request.WithHeaders([new(Proof.Name, $"t={time},v1={HmacSha256.Hex(context.Secret, time + ".", request.Body)}")]);
    }

    private static JsonPiece Booked(SimulationContext context)
    {
        var booking = NewBooking(context);
        context.Story?.Remember(booking);
        return Invitee(context, booking, new JsonPiece("null"));
    }

    private static JsonPiece Cancelled(SimulationContext context)
    {
        var booking = context.Story?.Take<Booking>(context.Random) ?? NewBooking(context);
        return Invitee(context, booking, Payload.Piece($$"""
            { "canceled_by": "{{booking.Person.Name}}", "canceler_type": "invitee", "reason": "Something came up", "created_at": "{{Text.Microseconds(context.Now)}}" }
            """));
    }

    private static JsonPiece Invitee(SimulationContext context, Booking booking, JsonPiece cancellation) => Payload.Piece($$"""
        {
          "uri": "{{booking.Meeting}}/invitees/{{booking.Invitee}}",
          "event": "{{booking.Meeting}}",
          "email": "{{booking.Person.Email}}",
          "name": "{{booking.Person.Name}}",
          "status": "{{(cancellation.Text is "null" ? "active" : "canceled")}}",
          "timezone": "Europe/London",
          "created_at": "{{Text.Microseconds(booking.At)}}",
          "updated_at": "{{Text.Microseconds(context.Now)}}",
          "rescheduled": false,
          "cancellation": {{cancellation}},
          "scheduled_event": {
            "uri": "{{booking.Meeting}}",
            "name": "{{booking.Kind}}",
            "start_time": "{{Text.Microseconds(booking.At.AddDays(3))}}",
            "end_time": "{{Text.Microseconds(booking.At.AddDays(3).AddMinutes(30))}}",
            "event_memberships": [{ "user": "{{Api}}/users/ACMELABSACMELABS", "user_email": "host@example.com", "user_name": "Acme Labs" }]
          }
        }
        """);

    private static JsonPiece Submitted(SimulationContext context, string id) => Payload.Piece($$"""
        {
          "uri": "{{Api}}/routing_form_submissions/{{id}}",
          "routing_form": "{{Api}}/routing_forms/ACMELABSROUTINGF",
          "questions_and_answers": [{ "question": "What is it about?", "answer": "{{context.Pick(SampleData.Products)}}" }],
          "submitter": null,
          "created_at": "{{Text.Microseconds(context.Now)}}"
        }
        """);

    private static Booking NewBooking(SimulationContext context) =>
        new($"{Api}/scheduled_events/{context.UpperId("", 16)}", context.UpperId("", 16), context.Pick(Kinds), context.Pick(SampleData.People), context.Now);

    private sealed record Booking(string Meeting, string Invitee, string Kind, Person Person, DateTimeOffset At);
}
