namespace Platform.TestKit;

/// <summary>Redis answered with an error; the message is its text.</summary>
public sealed class RedisReplyException(string message) : Exception(message);
