"""The unpacked zips of the local Lambda, each in a folder named by its hash."""

import base64
import io
import os
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

UNUSED_SECONDS = 86_400


class CodeCache:
    """Unpacks each zip once, also when several processes share the folder, and keeps it for the next run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unpack(self, code: bytes, code_sha256: str) -> Path:
        """Return the folder with the contents of the zip `code`, whose hash Lambda states in base64.

        Raises:
            zipfile.BadZipFile: `code` is no zip.
        """
        target = self._folder / base64.b64decode(code_sha256).hex()[:24]
        if target.is_dir():
            os.utime(target)
            return target
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_unused()
        return self._unpack_to(target, code)

    def _unpack_to(self, target: Path, code: bytes) -> Path:
        # Renaming is atomic: nobody ever sees a folder that is half full.
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=self._folder))
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            archive.extractall(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
            if not target.is_dir():
                raise
        return target

    def _forget_unused(self) -> None:
        oldest = time.time() - UNUSED_SECONDS
        for folder in self._folder.iterdir():
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
