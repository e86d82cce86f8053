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
        { Kind: ActivityKinds.Event } => OfEvent(line.Type),
        { Service: "notifications", Outcome: "planned" } => new(Icons.Material.Rounded.Schedule, "plain", "Notification planned"),
        { Service: "notifications" } => new(Icons.Material.Rounded.NotificationsNone, "good", "Notification"),
        { Service: "automation", Outcome: "planned" } => new(Icons.Material.Rounded.Schedule, "plain", "Automation planned"),
        { Service: "automation" } => new(Icons.Material.Rounded.AutoMode, "good", "Automation"),
        _ => new(Icons.Material.Rounded.Circle, "plain", Name(line)),
    };

    // The icon tells the family and what happened, the colour how good or bad it is.
    private static ActivityLook OfEvent(string contract) => contract switch
    {
        "PaymentAuthorized" => new(Icons.Material.Rounded.CreditCard, "info", "Payment"),
        "PaymentCompleted" => new(Icons.Material.Rounded.Payments, "good", "Payment"),
        "PaymentFailed" => new(Icons.Material.Rounded.MoneyOff, "bad", "Payment"),
        "PaymentRefunded" => new(Icons.Material.Rounded.Undo, "warn", "Refund"),
        "PaymentDisputed" => new(Icons.Material.Rounded.Gavel, "bad", "Dispute"),
        "SubscriptionStarted" => new(Icons.Material.Rounded.Loyalty, "good", "Subscription"),
        "SubscriptionRenewed" => new(Icons.Material.Rounded.Autorenew, "good", "Subscription"),
        "SubscriptionCancelled" => new(Icons.Material.Rounded.Unsubscribe, "warn", "Subscription"),
        "SubscriptionPaymentFailed" => new(Icons.Material.Rounded.MoneyOff, "bad", "Subscription"),
        "InvoiceIssued" => new(Icons.Material.Rounded.Receipt, "info", "Invoice"),
        "InvoicePaid" => new(Icons.Material.Rounded.Receipt, "good", "Invoice"),
        "OrderPlaced" => new(Icons.Material.Rounded.ShoppingCart, "good", "Order"),
        "OrderFulfilled" => new(Icons.Material.Rounded.LocalShipping, "info", "Order"),
        "OrderCancelled" => new(Icons.Material.Rounded.RemoveShoppingCart, "warn", "Order"),
        "CustomerCreated" => new(Icons.Material.Rounded.PersonAdd, "good", "Customer"),
        "CustomerUpdated" => new(Icons.Material.Rounded.Person, "info", "Customer"),
        "CustomerDeleted" => new(Icons.Material.Rounded.PersonRemove, "warn", "Customer"),
        "CodePushed" => new(Icons.Material.Rounded.Commit, "info", "Code"),
        "PullRequestOpened" => new(Icons.Material.Rounded.CallSplit, "info", "Pull request"),
        "PullRequestMerged" => new(Icons.Material.Rounded.CallMerge, "accent", "Pull request"),
        "IssueOpened" => new(Icons.Material.Rounded.Adjust, "info", "Issue"),
        "IssueClosed" => new(Icons.Material.Rounded.TaskAlt, "accent", "Issue"),
        "ReleasePublished" => new(Icons.Material.Rounded.NewReleases, "accent", "Release"),
        "BuildFinished" => new(Icons.Material.Rounded.Construction, "info", "Build"),
        "MessageReceived" => new(Icons.Material.Rounded.ChatBubbleOutline, "accent", "Message"),
        "MessageDelivered" => new(Icons.Material.Rounded.MarkEmailRead, "good", "Message"),
        "MessageFailed" => new(Icons.Material.Rounded.SmsFailed, "bad", "Message"),
        "MessageBounced" => new(Icons.Material.Rounded.Reply, "warn", "Message"),
        "FileUploaded" => new(Icons.Material.Rounded.UploadFile, "info", "File"),
        "FileChanged" => new(Icons.Material.Rounded.EditNote, "info", "File"),
        "FileDeleted" => new(Icons.Material.Rounded.DeleteOutline, "warn", "File"),
        "DocumentSent" => new(Icons.Material.Rounded.Description, "info", "Document"),
        "DocumentSigned" => new(Icons.Material.Rounded.Draw, "good", "Document"),
        "DocumentDeclined" => new(Icons.Material.Rounded.Description, "bad", "Document"),
        "AlertRaised" => new(Icons.Material.Rounded.WarningAmber, "bad", "Alert"),
        "AlertResolved" => new(Icons.Material.Rounded.CheckCircleOutline, "good", "Alert"),
        "FormSubmitted" => new(Icons.Material.Rounded.Assignment, "accent", "Form"),
        "MeetingScheduled" => new(Icons.Material.Rounded.EventAvailable, "info", "Meeting"),
        "MeetingCancelled" => new(Icons.Material.Rounded.EventBusy, "warn", "Meeting"),
        "MeetingStarted" => new(Icons.Material.Rounded.Videocam, "accent", "Meeting"),
        "MeetingEnded" => new(Icons.Material.Rounded.VideocamOff, "plain", "Meeting"),
        _ => new(Icons.Material.Rounded.Bolt, "accent", "Event"),
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
