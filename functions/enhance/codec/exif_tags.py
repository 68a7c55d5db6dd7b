"""The EXIF tags that a copy keeps, and of which types. All others are dropped: an unknown tag may hold a position."""

from collections.abc import Mapping

from PIL import ExifTags

from functions.shared.imaging import exif

# A value of another kind is broken, and left out; within a kind its type stays as it is. Text may be 8-bit text, UTF-16
# in bytes (Windows' tags), or a character code and text (UserComment); programs write many a tag as plain bytes.
TEXT = frozenset({exif.ASCII, exif.UTF_8, exif.UNDEFINED, exif.BYTE})
NUMBER = frozenset({exif.BYTE, 6, exif.SHORT, 8, exif.LONG, 9, exif.RATIONAL, exif.SIGNED_RATIONAL, 11, 12})
CODE = frozenset({exif.UNDEFINED, exif.BYTE, exif.ASCII, exif.SHORT})
# All other numbers stand alone; of these there may be up to four.
SEVERAL, MAX_NUMBERS = frozenset({ExifTags.Base.LensSpecification, ExifTags.Base.ISOSpeedRatings}), 4
Kinds = Mapping[int, frozenset[int]]

# What a program that edited the picture writes (Exiv2's name; EXIF itself has none for it).
PROCESSING_SOFTWARE = int(ExifTags.Base.ProcessingSoftware)
# An allow-list, also because the first IFD of a TIFF describes the pixels too.
KEPT_TAGS: Kinds = {
    PROCESSING_SOFTWARE: TEXT,
    ExifTags.Base.ImageDescription: TEXT,
    ExifTags.Base.Make: TEXT,
    ExifTags.Base.Model: TEXT,
    ExifTags.Base.XResolution: NUMBER,
    ExifTags.Base.YResolution: NUMBER,
    ExifTags.Base.ResolutionUnit: NUMBER,
    ExifTags.Base.YCbCrPositioning: NUMBER,
    ExifTags.Base.Software: TEXT,
    ExifTags.Base.DateTime: TEXT,
    ExifTags.Base.Artist: TEXT,
    ExifTags.Base.Copyright: TEXT,
    ExifTags.Base.Rating: NUMBER,
    ExifTags.Base.XPTitle: TEXT,
    ExifTags.Base.XPComment: TEXT,
    ExifTags.Base.XPAuthor: TEXT,
    ExifTags.Base.XPKeywords: TEXT,
    ExifTags.Base.XPSubject: TEXT,
}
# Where the source says its size, the copy says its own.
WIDTH, HEIGHT = int(ExifTags.Base.ExifImageWidth), int(ExifTags.Base.ExifImageHeight)
# An allow-list too: cameras store serial numbers, positions and thumbnails in private tags. Tags of areas in the
# picture would be wrong after rotation.
KEPT_EXIF_TAGS: Kinds = {
    ExifTags.Base.ExposureTime: NUMBER,
    ExifTags.Base.FNumber: NUMBER,
    ExifTags.Base.ExposureProgram: NUMBER,
    ExifTags.Base.ISOSpeedRatings: NUMBER,
    ExifTags.Base.SensitivityType: NUMBER,
    ExifTags.Base.StandardOutputSensitivity: NUMBER,
    ExifTags.Base.RecommendedExposureIndex: NUMBER,
    ExifTags.Base.ISOSpeed: NUMBER,
    ExifTags.Base.ExifVersion: CODE,
    ExifTags.Base.DateTimeOriginal: TEXT,
    ExifTags.Base.DateTimeDigitized: TEXT,
    ExifTags.Base.OffsetTime: TEXT,
    ExifTags.Base.OffsetTimeOriginal: TEXT,
    ExifTags.Base.OffsetTimeDigitized: TEXT,
    ExifTags.Base.ComponentsConfiguration: CODE,
    ExifTags.Base.ShutterSpeedValue: NUMBER,
    ExifTags.Base.ApertureValue: NUMBER,
    ExifTags.Base.BrightnessValue: NUMBER,
    ExifTags.Base.ExposureBiasValue: NUMBER,
    ExifTags.Base.MaxApertureValue: NUMBER,
    ExifTags.Base.SubjectDistance: NUMBER,
    ExifTags.Base.MeteringMode: NUMBER,
    ExifTags.Base.LightSource: NUMBER,
    ExifTags.Base.Flash: NUMBER,
    ExifTags.Base.FocalLength: NUMBER,
    ExifTags.Base.UserComment: TEXT,
    ExifTags.Base.SubsecTime: TEXT,
    ExifTags.Base.SubsecTimeOriginal: TEXT,
    ExifTags.Base.SubsecTimeDigitized: TEXT,
    ExifTags.Base.FlashPixVersion: CODE,
    ExifTags.Base.ColorSpace: NUMBER,
    WIDTH: NUMBER,
    HEIGHT: NUMBER,
    ExifTags.Base.SensingMethod: NUMBER,
    ExifTags.Base.FileSource: CODE,
    ExifTags.Base.SceneType: CODE,
    ExifTags.Base.CustomRendered: NUMBER,
    ExifTags.Base.ExposureMode: NUMBER,
    ExifTags.Base.WhiteBalance: NUMBER,
    ExifTags.Base.DigitalZoomRatio: NUMBER,
    ExifTags.Base.FocalLengthIn35mmFilm: NUMBER,
    ExifTags.Base.SceneCaptureType: NUMBER,
    ExifTags.Base.GainControl: NUMBER,
    ExifTags.Base.Contrast: NUMBER,
    ExifTags.Base.Saturation: NUMBER,
    ExifTags.Base.Sharpness: NUMBER,
    ExifTags.Base.SubjectDistanceRange: NUMBER,
    ExifTags.Base.LensSpecification: NUMBER,
    ExifTags.Base.LensMake: TEXT,
    ExifTags.Base.LensModel: TEXT,
}
