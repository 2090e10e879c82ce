namespace Platform.Tasks.Payloads;

/// <summary>
/// Nobody reads the value of this property of a payload but its handler: it is sealed wherever the payload stands in Redis, and shown as
/// <c>(hidden)</c>. It may be of any type, and belong to a part of the payload, such as an item of a list.
/// </summary>
/// <remarks>
/// A sealed value opens only in the property of this name, of tasks of this type. Who enqueues and who runs the type need the same
/// <c>Tasks:SealingKey</c>. What was enqueued in the clear, before the property was marked, is not taken for sealed: it goes to the dead letters.
/// </remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SensitiveAttribute : Attribute;
