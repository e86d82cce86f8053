using Microsoft.EntityFrameworkCore.Migrations;

namespace WebhookPlatform.Notifications.Subscriptions;

/// <summary>What a newcomer is told without setting anything up. Part of the first migration, so that what somebody deletes stays deleted.</summary>
internal static class DefaultSubscriptions
{
    /// <summary>Inserts them; call at the end of the first migration's <c>Up</c>. A later default needs a migration of its own.</summary>
    public static void InsertDefaultSubscriptions(this MigrationBuilder migration) => migration.Sql(
        """
        INSERT INTO subscriptions (id, name, enabled, event_type, conditions, channel, title_template, body_template, created_at, changed_at)
        SELECT gen_random_uuid(), name, true, event_type, '[]', channel, title, body, now(), now() FROM (VALUES
            ('Completed payments', 'PaymentCompleted', 'in-app', 'Payment of {{ event.amount | money }} completed',
             '{{ event.metadata.provider }}: {{ event.paymentId }}{% if event.orderId %}, order {{ event.orderId }}{% endif %}{% if event.description %}, {{ event.description }}{% endif %}'),
            ('Failed payments', 'PaymentFailed', 'in-app', 'Payment of {{ event.amount | money }} failed',
             '{{ event.metadata.provider }}: {{ event.paymentId }}{% if event.failureMessage %}: {{ event.failureMessage }}{% elsif event.failureCode %}: {{ event.failureCode }}{% endif %}'),
            ('Refunds', 'PaymentRefunded', 'in-app', '{{ event.amount | money }} refunded',
             '{{ event.metadata.provider }}: {{ event.paymentId }}{% if event.reason %} ({{ event.reason }}){% endif %}'),
            ('Opened pull requests', 'PullRequestOpened', 'in-app', '{{ event.repository }}#{{ event.number }} opened: {{ event.title }}',
             '{% if event.author %}by {{ event.author }} {% endif %}{{ event.url }}'),
            ('Merged pull requests', 'PullRequestMerged', 'in-app', '{{ event.repository }}#{{ event.number }} merged: {{ event.title }}',
             '{% if event.mergedBy %}by {{ event.mergedBy }} {% endif %}{{ event.url }}'),
            ('Uploaded files', 'FileUploaded', 'in-app', '{{ event.path }} uploaded',
             'to {{ event.container }}{% if event.sizeBytes %}, {{ event.sizeBytes }} bytes{% endif %}'),
            ('Messages', 'MessageReceived', 'in-app', 'Message{% if event.sender %} from {{ event.sender }}{% endif %} in {{ event.conversation }}', '{{ event.text }}'),
            ('Failed payments by e-mail', 'PaymentFailed', 'email', 'Payment of {{ event.amount | money }} failed',
             E'Payment {{ event.paymentId }} over {{ event.amount | money }} failed.\n\nReason: {{ event.failureMessage | default: event.failureCode | default: "not told" }}\nOrder: {{ event.orderId | default: "-" }}\nCustomer: {{ event.customerId | default: "-" }}\nOccurred: {{ event.metadata.occurredAt }}\nSource: {{ event.metadata.source }} ({{ event.metadata.provider }})\n')
        ) AS defaults (name, event_type, channel, title, body);
        """);
}
