using System.Diagnostics;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>The W3C <c>traceparent</c> form in which trace contexts wait in tables.</summary>
public static class TraceContext
{
    /// <summary>The context of what is running now; default when nobody traces.</summary>
    public static ActivityContext Current => Activity.Current?.Context ?? default;

    /// <summary><c>00-{trace}-{span}-{flags}</c>; null for no context.</summary>
    public static string? Format(ActivityContext trace) =>
        trace.TraceId == default ? null : $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{(trace.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    /// <summary>The inverse of <see cref="Format"/>; default for null or anything malformed.</summary>
    public static ActivityContext Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;
}
