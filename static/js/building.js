// Building a series: the day of the week follows the date that is picked. The form works without this file.

const date = document.querySelector("#id_first_on");
const days = [...document.querySelectorAll("[name='weekday']")];

date?.addEventListener("change", () => {
  if (!date.value) return;
  const [year, month, day] = date.value.split("-").map(Number);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
  for (const one of days) one.checked = Number(one.value) === weekday;
});

for (const one of days) {
  one.addEventListener("change", () => {
    if (!date?.value) return;
    const [year, month, day] = date.value.split("-").map(Number);
    const picked = new Date(Date.UTC(year, month - 1, day));
    const ahead = (Number(one.value) - (picked.getUTCDay() || 7) + 7) % 7;
    picked.setUTCDate(picked.getUTCDate() + ahead);
    date.value = picked.toISOString().slice(0, 10);
  });
}
