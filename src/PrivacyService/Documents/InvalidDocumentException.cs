namespace PrivacyService.Documents;

/// <summary>A document is not JSON that can be rewritten. The message says where and why, and quotes nothing of it.</summary>
internal sealed class InvalidDocumentException(string message) : Exception(message);
