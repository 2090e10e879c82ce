using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Writes values as expressions of a manifest, and notes what they lead to that has to stand in it as well: parameters that are no
/// resources of the model, parameters in another spelling, and texts that depend on a condition.
/// </summary>
internal sealed class ManifestExpressions
{
    private readonly OrderedDictionary<string, IResource> _resources = [];
    private readonly OrderedDictionary<string, ParameterResource> _encoded = [];
    private readonly OrderedDictionary<string, ReferenceExpression> _conditionals = [];

    public IReadOnlyCollection<IResource> Resources => _resources.Values;

    /// <summary>Parameters that are used URL-encoded, by the name under which the manifest has them so.</summary>
    public IReadOnlyCollection<KeyValuePair<string, ParameterResource>> Encoded => _encoded;

    public IReadOnlyCollection<KeyValuePair<string, ReferenceExpression>> Conditionals => _conditionals;

    public string Write(object? value)
    {
        switch (value)
        {
            case null:
                return "";
            case string text:
                return text;
            case IResourceBuilder<IResource> builder:
                return Write(builder.Resource);
            case ReferenceExpression expression:
                return Write(expression);
            case IManifestExpressionProvider provider:
                Note(value);
                return provider.ValueExpression;
            case bool flag:
                return flag ? "True" : "False";
            case IFormattable formattable:
                return formattable.ToString(format: null, CultureInfo.InvariantCulture);
            default:
                throw new DistributedApplicationException($"A value of type '{value.GetType()}' cannot stand in a manifest.");
        }
    }

    private string Write(ReferenceExpression expression)
    {
        if (expression.IsConditional)
        {
            _conditionals.TryAdd(expression.ConditionalName, expression);
            return expression.ValueExpression;
        }

        var holes = new object[expression.ValueProviders.Count];
        for (var i = 0; i < holes.Length; i++)
        {
            holes[i] = expression.ValueProviders[i] is ParameterResource parameter && expression.StringFormats[i] == "uri"
                ? Encode(parameter)
                : Write(expression.ValueProviders[i]);
        }

        return string.Format(CultureInfo.InvariantCulture, expression.Format, holes);
    }

    private string Encode(ParameterResource parameter)
    {
        Note(parameter);
        var name = $"{parameter.Name}-uri-encoded";
        _encoded.TryAdd(name, parameter);
        return $"{{{name}.value}}";
    }

    private void Note(object value)
    {
        if (value is IResource resource)
        {
            _resources.TryAdd(resource.Name, resource);
        }
        else if (value is IValueWithReferences withReferences)
        {
            foreach (var reference in withReferences.References.OfType<IResource>())
            {
                _resources.TryAdd(reference.Name, reference);
            }
        }
    }
}
