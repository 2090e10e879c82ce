namespace TaskService.Inputs;

/// <summary>A payload that names fields of the records. Where a header says which there are, a misspelt one is refused at once.</summary>
internal interface INamesFields
{
    private const string AnyField = "*";

    IReadOnlyList<string> Fields { get; }

    /// <exception cref="InputException">A field is no column of the file.</exception>
    void EnsureColumnsExist(IReadOnlyList<string> columns)
    {
        var unknown = Fields.FirstOrDefault(field => field != AnyField && !columns.Contains(field, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw InputException.UnknownField(unknown);
        }
    }
}
