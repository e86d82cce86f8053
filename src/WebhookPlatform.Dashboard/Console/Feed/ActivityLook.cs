using MudBlazor;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Feed;

/// <summary>How a line of the feed or of a timeline looks.</summary>
/// <param name="Icon">An SVG path.</param>
/// <param name="Tone">CSS class of its colour.</param>
/// <param name="Label">What it is, in a word or two.</param>
public sealed record ActivityLook(string Icon, string Tone, string Label)
{
    public static ActivityLook Of(Activity line) => line switch
    {
        { Outcome: "dead" } => new(Icons.Material.Rounded.ReportGmailerrorred, "bad", $"{Name(line)} given up"),
        { Outcome: "failed", Kind: not ActivityKinds.Event } => new(Icons.Material.Rounded.ErrorOutline, "warn", $"{Name(line)} failed"),
        { Outcome: ActivityKinds.Stale } => new(Icons.Material.Rounded.History, "plain", "Late event"),
        { Kind: ActivityKinds.Delivery } => new(Icons.Material.Rounded.CallReceived, "plain", "Webhook"),
        { Kind: ActivityKinds.Projection } => new(Icons.Material.Rounded.Insights, "info", "Dashboard"),
        { Kind: ActivityKinds.Event, Type: "PaymentCompleted" } => new(Icons.Material.Rounded.Payments, "good", "Payment"),
        { Kind: ActivityKinds.Event, Type: "PaymentFailed" } => new(Icons.Material.Rounded.MoneyOff, "bad", "Payment"),
        { Kind: ActivityKinds.Event, Type: "PaymentRefunded" } => new(Icons.Material.Rounded.Undo, "warn", "Refund"),
        { Kind: ActivityKinds.Event, Type: "CodePushed" } => new(Icons.Material.Rounded.Commit, "info", "Code"),
        { Kind: ActivityKinds.Event, Type: "PullRequestOpened" } => new(Icons.Material.Rounded.CallSplit, "info", "Pull request"),
        { Kind: ActivityKinds.Event, Type: "PullRequestMerged" } => new(Icons.Material.Rounded.CallMerge, "accent", "Pull request"),
        { Kind: ActivityKinds.Event, Type: "MessageReceived" } => new(Icons.Material.Rounded.ChatBubbleOutline, "accent", "Message"),
        { Kind: ActivityKinds.Event, Type: "FileUploaded" } => new(Icons.Material.Rounded.UploadFile, "info", "File"),
        { Kind: ActivityKinds.Event } => new(Icons.Material.Rounded.Bolt, "accent", "Event"),
        { Service: "notifications", Outcome: "planned" } => new(Icons.Material.Rounded.Schedule, "plain", "Notification planned"),
        { Service: "notifications" } => new(Icons.Material.Rounded.NotificationsNone, "good", "Notification"),
        { Service: "automation", Outcome: "planned" } => new(Icons.Material.Rounded.Schedule, "plain", "Automation planned"),
        { Service: "automation" } => new(Icons.Material.Rounded.AutoMode, "good", "Automation"),
        _ => new(Icons.Material.Rounded.Circle, "plain", Name(line)),
    };

    private static string Name(Activity line) => line switch
    {
        { Kind: ActivityKinds.Delivery } => "Webhook",
        { Service: "notifications" } => "Notification",
        { Service: "automation" } => "Automation",
        { Service.Length: > 0 } => char.ToUpperInvariant(line.Service[0]) + line.Service[1..],
        _ => "Activity",
    };
}
