using System.Text;

namespace OpenTelemetry.Instrumentation.AspNetCore.Implementation;

/// <summary>Queries carry tokens and personal data: names are kept, values are not.</summary>
internal static class QueryRedaction
{
    public static string Redact(string query)
    {
        var redacted = new StringBuilder(query.Length);
        var inValue = false;
        foreach (var character in query)
        {
            if (character is '&' or ';')
            {
                inValue = false;
            }

            if (!inValue)
            {
                redacted.Append(character);
            }

            if (character == '=' && !inValue)
            {
                inValue = true;
                redacted.Append("Redacted");
            }
        }

        return redacted.ToString();
    }
}
