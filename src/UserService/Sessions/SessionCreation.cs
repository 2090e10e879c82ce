namespace UserService.Sessions;

/// <summary>What <c>CreateSession.lua</c> did.</summary>
internal enum SessionCreation
{
    /// <summary>Nothing: there are as many sessions as there may be, and none is to be ended for another.</summary>
    Full = -1,

    /// <summary>Nothing: the account is gone, or its password has changed since it was checked.</summary>
    Outdated = 0,

    /// <summary>There is a session.</summary>
    Created = 1,

    /// <summary>Nothing yet: sessions have to end for it, and their tokens are to be revoked first.</summary>
    Evicting = 2,
}
