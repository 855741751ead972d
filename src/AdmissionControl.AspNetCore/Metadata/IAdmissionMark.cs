namespace AdmissionControl.AspNetCore;

/// <summary>What all marks of endpoints have in common: it takes the middleware to heed them.</summary>
internal interface IAdmissionMark;
