namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Why a request was not believed, for the operator.</summary>
/// <param name="Cause">One of <see cref="Causes"/>, e.g. <c>retired-secret</c>.</param>
/// <param name="Sentence">In words; never a secret, a signature or content.</param>
/// <param name="IsProven">A variation of the request or of the settings was verified: who sent it knows a secret, so it is no forgery.</param>
public sealed record Finding(string Cause, string Sentence, bool IsProven);
