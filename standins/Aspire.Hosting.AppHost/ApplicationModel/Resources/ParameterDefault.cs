using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The value of a parameter that nobody gives.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();

    public abstract void WriteToManifest(ManifestPublishingContext context);
}

/// <summary>A random password.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Without the letters that people confuse with digits or with each other.
    private const string LowerChars = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperChars = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericChars = "0123456789";
    private const string SpecialChars = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        (bool Use, string Chars, int Min)[] classes =
        [
            (Lower, LowerChars, MinLower), (Upper, UpperChars, MinUpper),
            (Numeric, NumericChars, MinNumeric), (Special, SpecialChars, MinSpecial),
        ];

        var alphabet = string.Concat(classes.Where(c => c.Use).Select(c => c.Chars));
        if (alphabet.Length == 0)
        {
            throw new InvalidOperationException("A generated value needs at least one kind of character: lower, upper, numeric or special.");
        }

        if (classes.Any(c => !c.Use && c.Min > 0))
        {
            throw new InvalidOperationException("A generated value cannot require characters of a kind that is switched off.");
        }

        var required = classes.Where(c => c.Use).SelectMany(c => RandomNumberGenerator.GetItems<char>(c.Chars, c.Min)).ToArray();
        var rest = RandomNumberGenerator.GetItems<char>(alphabet, Math.Max(0, MinLength - required.Length));
        char[] value = [.. required, .. rest];
        RandomNumberGenerator.Shuffle<char>(value);
        return new string(value);
    }

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        WriteUnless(Lower, "lower");
        WriteUnless(Upper, "upper");
        WriteUnless(Numeric, "numeric");
        WriteUnless(Special, "special");
        WriteMinimum(MinLower, "minLower");
        WriteMinimum(MinUpper, "minUpper");
        WriteMinimum(MinNumeric, "minNumeric");
        WriteMinimum(MinSpecial, "minSpecial");
        writer.WriteEndObject();

        void WriteUnless(bool used, string name)
        {
            if (!used)
            {
                writer.WriteBoolean(name, value: false);
            }
        }

        void WriteMinimum(int minimum, string name)
        {
            if (minimum > 0)
            {
                writer.WriteNumber(name, minimum);
            }
        }
    }
}

/// <summary>A default that the manifest shows.</summary>
internal sealed class ConstantParameterDefault(Func<string> valueGetter) : ParameterDefault
{
    public override string GetDefaultValue() => valueGetter();

    public override void WriteToManifest(ManifestPublishingContext context) =>
        context.Writer.WriteString("value", GetDefaultValue());
}
