using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Actions;

/// <summary>Turns a <see cref="NotifyAction"/> into the request that the notifications service answers.</summary>
internal static class NotifyRendering
{
    private const int LongestTitle = 300;

    /// <summary>Renders the texts; the request is published by whoever records the attempt.</summary>
    public static ActionResult Render(Run run, NotifyAction action)
    {
        try
        {
            var document = run.Document();
            var title = string.Join(' ', EventTemplate.Render(action.Title, document).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return new ActionResult
            {
                Outcome = ActionOutcome.Succeeded,
                Notification = new NotificationRequested(
                    run.NotificationId(run.Step),
                    run.DeliveryId,
                    run.EventId,
                    action.Channel,
                    action.Target,
                    ShortText.Of(title, LongestTitle),
                    EventTemplate.Render(action.Body, document)),
            };
        }
        catch (FormatException failure)
        {
            return ActionResult.Permanent($"The notification's template cannot be rendered: {failure.Message}");
        }
    }
}
