using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Notifications.Subscriptions;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>What a notification says.</summary>
/// <param name="Title">One line, never empty.</param>
/// <param name="Body">May be empty.</param>
/// <param name="Error">Why it is a plain fallback; null when it is what the templates say.</param>
internal sealed record NotificationText(string Title, string Body, string? Error)
{
    /// <summary>Renders a subscription's templates. Never fails: a template that does costs the wording, not the notification.</summary>
    public static NotificationText Of(Subscription subscription, EventDocument document) =>
        Of(subscription.TitleTemplate, subscription.BodyTemplate, document);

    /// <inheritdoc cref="Of(Subscription, EventDocument)"/>
    public static NotificationText Of(string titleTemplate, string bodyTemplate, EventDocument document)
    {
        try
        {
            var title = PlainText.Line(EventTemplate.Render(titleTemplate, document));
            return new NotificationText(title.Length > 0 ? title : document.Name, PlainText.Block(EventTemplate.Render(bodyTemplate, document)), null);
        }
        catch (Exception failure)
        {
            // Any exception: the template is the operator's, the values a stranger's, the engine somebody else's.
            var metadata = document.Event.Metadata;
            var title = PlainText.Line($"{document.Name} from {metadata.Source}");
            return new NotificationText(title, PlainText.Block($"{metadata.Provider}: {metadata.Subject}"), PlainText.Line(failure.Message));
        }
    }
}
