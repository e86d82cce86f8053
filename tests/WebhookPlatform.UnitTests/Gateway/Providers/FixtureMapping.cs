using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>What a source of provider hmac or token declares in the fixtures: a rule for every event that a mapping can give. The other providers have no use for it.</summary>
internal static class FixtureMapping
{
    public static FieldMapping Declared { get; } = new("eventId", null, "at",
    [
        Rule("payment_success", "PaymentCompleted", ("PaymentId", "orderId"), ("Amount", "amount"), ("Currency", "currency"), ("OrderId", "orderId"), ("CustomerId", "customer.id")),
        Rule("payment_declined", "PaymentFailed", ("PaymentId", "orderId"), ("Amount", "amount"), ("Currency", "=EUR"), ("FailureCode", "error.code|code")),
        Rule("money_back", "PaymentRefunded", ("PaymentId", "orderId"), ("Amount", "lines.1.amount"), ("Currency", "currency")),
        Rule("commit", "CodePushed", ("Repository", "repo"), ("Reference", "ref"), ("Before", "from"), ("After", "to"), ("CommitCount", "n")),
        Rule("review", "PullRequestOpened", ("Repository", "repo"), ("Number", "n"), ("Title", "title")),
        Rule("merge", "PullRequestMerged", ("Repository", "repo"), ("Number", "n"), ("Title", "title"), ("MergedBy", "who")),
        Rule("note", "MessageReceived", ("MessageId", "id"), ("Conversation", "room"), ("Text", "text")),
        Rule("upload", "FileUploaded", ("Container", "=uploads"), ("Path", "file.name"), ("SizeBytes", "file.size")),
        Rule("payment_held", "PaymentAuthorized", ("PaymentId", "orderId"), ("Amount", "amount"), ("Currency", "currency"), ("Description", "what")),
        Rule("payment_questioned", "PaymentDisputed", ("PaymentId", "orderId"), ("Amount", "amount"), ("Currency", "currency"), ("DisputeId", "case"), ("Reason", "why")),
        Rule("member_joined", "SubscriptionStarted", ("SubscriptionId", "member.id"), ("CustomerId", "member.customer"), ("Plan", "plan"), ("Amount", "fee"), ("Currency", "=EUR"), ("PeriodEnd", "until")),
        Rule("member_renewed", "SubscriptionRenewed", ("SubscriptionId", "member.id"), ("Plan", "plan"), ("Amount", "fee"), ("Currency", "=EUR"), ("PeriodEnd", "until")),
        Rule("member_left", "SubscriptionCancelled", ("SubscriptionId", "member.id"), ("Reason", "why"), ("EndsAt", "until")),
        Rule("member_unpaid", "SubscriptionPaymentFailed", ("SubscriptionId", "member.id"), ("Amount", "fee"), ("Currency", "=EUR"), ("FailureMessage", "why")),
        Rule("bill_sent", "InvoiceIssued", ("InvoiceId", "bill"), ("Amount", "total"), ("Currency", "currency"), ("Number", "printed"), ("CustomerId", "customer.id"), ("Url", "link")),
        Rule("bill_paid", "InvoicePaid", ("InvoiceId", "bill"), ("Amount", "total"), ("Currency", "currency"), ("SubscriptionId", "member.id")),
        Rule("ordered", "OrderPlaced", ("OrderId", "orderId"), ("Amount", "total"), ("Currency", "currency"), ("Number", "printed"), ("CustomerId", "customer.id")),
        Rule("shipped", "OrderFulfilled", ("OrderId", "orderId"), ("TrackingNumber", "parcel.number"), ("Carrier", "parcel.by")),
        Rule("order_dropped", "OrderCancelled", ("OrderId", "orderId"), ("Reason", "why")),
        Rule("contact_added", "CustomerCreated", ("CustomerId", "contact.id"), ("Name", "contact.name"), ("Email", "contact.mail")),
        Rule("contact_edited", "CustomerUpdated", ("CustomerId", "contact.id"), ("Name", "contact.name")),
        Rule("contact_removed", "CustomerDeleted", ("CustomerId", "contact.id")),
        Rule("task_opened", "IssueOpened", ("Project", "board"), ("Key", "task.key"), ("Title", "task.title"), ("Author", "who")),
        Rule("task_done", "IssueClosed", ("Project", "board"), ("Key", "task.key"), ("Title", "task.title"), ("ClosedBy", "who")),
        Rule("published", "ReleasePublished", ("Project", "board"), ("Version", "version"), ("Title", "title")),
        Rule("job_ended", "BuildFinished", ("Project", "board"), ("BuildId", "job"), ("Outcome", "result"), ("Branch", "branch")),
        Rule("sent_on", "MessageDelivered", ("MessageId", "letter"), ("Recipient", "to"), ("Channel", "=email")),
        Rule("send_failed", "MessageFailed", ("MessageId", "letter"), ("Recipient", "to"), ("Channel", "=sms"), ("Code", "code"), ("Reason", "why")),
        Rule("sent_back", "MessageBounced", ("MessageId", "letter"), ("Recipient", "to"), ("Kind", "kind"), ("Reason", "why")),
        Rule("rewrite", "FileChanged", ("Container", "=uploads"), ("Path", "file.name"), ("ChangedBy", "who")),
        Rule("erase", "FileDeleted", ("Container", "=uploads"), ("Path", "file.name")),
        Rule("contract_sent", "DocumentSent", ("DocumentId", "paper.id"), ("Title", "paper.name"), ("Sender", "who")),
        Rule("contract_signed", "DocumentSigned", ("DocumentId", "paper.id"), ("Title", "paper.name"), ("Signer", "who")),
        Rule("contract_refused", "DocumentDeclined", ("DocumentId", "paper.id"), ("DeclinedBy", "who"), ("Reason", "why")),
        Rule("alarm", "AlertRaised", ("AlertId", "alarm"), ("Title", "title"), ("Severity", "how"), ("Service", "where")),
        Rule("alarm_over", "AlertResolved", ("AlertId", "alarm"), ("Title", "title")),
        Rule("answered", "FormSubmitted", ("FormId", "form"), ("SubmissionId", "answer"), ("Title", "title"), ("Respondent", "who")),
        Rule("fitting_booked", "MeetingScheduled", ("MeetingId", "fitting"), ("Title", "title"), ("StartsAt", "from"), ("EndsAt", "to"), ("Organizer", "who"), ("Invitee", "guest")),
        Rule("fitting_off", "MeetingCancelled", ("MeetingId", "fitting"), ("StartsAt", "from"), ("CancelledBy", "guest"), ("Reason", "why")),
        Rule("fitting_begun", "MeetingStarted", ("MeetingId", "fitting"), ("Organizer", "who")),
        Rule("fitting_over", "MeetingEnded", ("MeetingId", "fitting"), ("Organizer", "who")),
    ]);

    private static MappingRule Rule(string type, string name, params (string Field, string Path)[] fields) => new(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["event"] = type },
        name,
        fields.ToDictionary(pair => pair.Field, pair => pair.Path, StringComparer.Ordinal));
}
