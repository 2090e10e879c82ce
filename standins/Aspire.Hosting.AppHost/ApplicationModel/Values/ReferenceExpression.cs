using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An interpolated string whose holes are filled when the application runs, or stay expressions in a manifest.</summary>
public class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    private readonly string?[] _stringFormats;
    private readonly string _conditionalName = "";

    private ReferenceExpression(string format, IValueProvider[] valueProviders, string[] manifestExpressions, string?[] stringFormats)
    {
        Format = format;
        ValueProviders = valueProviders;
        ManifestExpressions = manifestExpressions;
        _stringFormats = stringFormats;
    }

    private ReferenceExpression(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        Condition = condition;
        MatchValue = matchValue;
        WhenTrue = whenTrue;
        WhenFalse = whenFalse;
        Format = "";
        ValueProviders = [];
        ManifestExpressions = [];
        _stringFormats = [];
        _conditionalName = NameConditional(condition, matchValue, whenTrue, whenFalse);
    }

    /// <summary>The literal text, with <c>{0}</c>, <c>{1}</c> … for the holes.</summary>
    public string Format { get; }

    public IReadOnlyList<string> ManifestExpressions { get; }

    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    public bool IsConditional => Condition is not null;

    public IValueProvider? Condition { get; }

    public string? MatchValue { get; }

    public ReferenceExpression? WhenTrue { get; }

    public ReferenceExpression? WhenFalse { get; }

    public string ValueExpression => IsConditional
        ? $"{{{_conditionalName}.connectionString}}"
        : string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions]);

    /// <summary>The name under which a manifest holds the chosen branch.</summary>
    internal string ConditionalName => _conditionalName;

    internal IReadOnlyList<string?> StringFormats => _stringFormats;

    IEnumerable<object> IValueWithReferences.References =>
        IsConditional ? [Condition!, WhenTrue!, WhenFalse!] : ValueProviders;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.GetExpression();

    public static ReferenceExpression CreateConditional(
        IValueProvider condition,
        string matchValue,
        ReferenceExpression whenTrue,
        ReferenceExpression whenFalse)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrEmpty(matchValue);
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        return new ReferenceExpression(condition, matchValue, whenTrue, whenFalse);
    }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(new(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsConditional)
        {
            var actual = await Condition!.GetValueAsync(context, cancellationToken).ConfigureAwait(false);
            var branch = string.Equals(actual, MatchValue, StringComparison.OrdinalIgnoreCase) ? WhenTrue! : WhenFalse!;
            return await branch.GetValueAsync(context, cancellationToken).ConfigureAwait(false);
        }

        if (ValueProviders.Count == 0)
        {
            return string.Format(CultureInfo.InvariantCulture, Format);
        }

        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(context, cancellationToken).ConfigureAwait(false);
            values[i] = Formatted(value, _stringFormats[i]);
        }

        // One hole and nothing else: a missing value stays missing.
        return Format == "{0}" ? (string?)values[0] : string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    internal static string? Formatted(string? value, string? stringFormat) => stringFormat?.ToLowerInvariant() switch
    {
        null => value,
        "uri" => value is null ? null : Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{stringFormat}' is not supported. Use 'uri', or none."),
    };

    internal static ReferenceExpression Create(
        string format,
        IValueProvider[] valueProviders,
        string[] manifestExpressions,
        string?[] stringFormats)
        => new(format, valueProviders, manifestExpressions, stringFormats);

    private static string NameConditional(
        IValueProvider condition,
        string matchValue,
        ReferenceExpression whenTrue,
        ReferenceExpression whenFalse)
    {
        var subject = condition is IManifestExpressionProvider provider ? provider.ValueExpression : "expr";
        var hash = XxHash32.HashToUInt32(
            Encoding.UTF8.GetBytes(subject + whenTrue.ValueExpression + whenFalse.ValueExpression + matchValue));
#pragma warning disable CA1308 // Names in a manifest are lower case.
        var readable = subject.Trim('{', '}').Replace('.', '-').ToLowerInvariant();
#pragma warning restore CA1308
        return $"cond-{readable}-{hash:x8}";
    }

    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly ReferenceExpressionBuilder _builder = new(literalLength, formattedCount);

        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        public readonly void AppendFormatted(string? value, string? format = null) => _builder.AppendFormatted(value, format);

        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider);

        public readonly void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider, format);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider.Resource);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider.Resource, format);

        internal readonly ReferenceExpression GetExpression() => _builder.Build();
    }
}
